// What to run where the new cluster is: the token goes into a Secret by stdin, so that it stands in no argument list.

const NAMESPACE = 'mosaic-agent';
const SECRET = 'mosaic-join';

/** Lines for a shell that has kubectl for the new cluster. */
export const joinCommand = (server: string, name: string, token: string, signs: boolean): string =>
  [
    `kubectl create namespace ${NAMESPACE} --dry-run=client -o yaml | kubectl apply -f -`,
    `kubectl -n ${NAMESPACE} create secret generic ${SECRET} --from-file=token=/dev/stdin <<'TOKEN'\n${token}\nTOKEN`,
    `npx mosaic install agents --set cluster.name=${name} --set cluster.server=${server} --set cluster.joinSecret=${SECRET}`,
    ...(signs ? [] : ['# where the servers are in another cluster, add: --servers-context CONTEXT_OF_THE_SERVERS']),
  ].join('\n');
