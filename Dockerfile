# One image for every process of the distributed shape; docker-compose.yaml and the manifests say which bundle each container runs.
# It starts from nothing: Node with the libraries it needs, our bundles, and the packages these import (scripts/image.mjs).

FROM node:24-bookworm-slim AS build
WORKDIR /build
# Packages first: they change less often than sources.
COPY package.json package-lock.json .npmrc ./
COPY packages/apiserver/package.json packages/apiserver/
COPY packages/kat/package.json packages/kat/
COPY packages/runtime/package.json packages/runtime/
COPY packages/transport/package.json packages/transport/
COPY packages/wire/package.json packages/wire/
COPY agents/cluster/package.json agents/cluster/
COPY agents/node/package.json agents/node/
COPY servers/all-in-one/package.json servers/all-in-one/
COPY servers/api/package.json servers/api/
COPY servers/deriver/package.json servers/deriver/
COPY servers/rca/package.json servers/rca/
COPY servers/receiver/package.json servers/receiver/
COPY servers/store/package.json servers/store/
COPY servers/topology/package.json servers/topology/
COPY bench/package.json bench/
COPY cli/package.json cli/
COPY dev/package.json dev/
COPY e2e/package.json e2e/
COPY manifestr/package.json manifestr/
COPY playground/package.json playground/
COPY ui/package.json ui/
RUN npm ci
COPY . .
RUN node scripts/build.mjs && node scripts/image.mjs /image

FROM scratch
WORKDIR /mosaic
ENV NODE_ENV=production MOSAIC_DATA=/var/lib/mosaic PATH=/usr/local/bin
COPY --from=build /image /
USER 10001:10001
VOLUME /var/lib/mosaic
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning"]
CMD ["dist/api.mjs"]
