# Formats the disk once, then becomes the broker.
set -eu
/opt/kafka/bin/kafka-storage.sh format --ignore-formatted -t "$(cat /var/run/secrets/mosaic-kafka-cluster/id)" -c /etc/mosaic/kafka.properties
exec /opt/kafka/bin/kafka-server-start.sh /etc/mosaic/kafka.properties
