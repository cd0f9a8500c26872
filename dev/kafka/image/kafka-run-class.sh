#!/bin/bash
# Stands in for the script of Kafka's release, which Maven does not have: the same variables and options, so that what the manifests give counts as it does there.
while [[ "${1:-}" == -* ]]; do
  case "$1" in
    -name) shift 2 ;;
    -loggc) gc="-Xlog:gc*:file=$LOG_DIR/kafka-gc.log"; shift ;;
    *) break ;;
  esac
done
mkdir -p "${LOG_DIR:-/opt/kafka/logs}"
exec java ${KAFKA_HEAP_OPTS:--Xmx256M} ${KAFKA_JVM_PERFORMANCE_OPTS:--server -XX:+UseG1GC} ${gc:-} \
  "-Dkafka.logs.dir=${LOG_DIR:-/opt/kafka/logs}" ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=/opt/kafka/config/tools-log4j2.properties} \
  -cp "/opt/kafka/libs/*" ${KAFKA_OPTS:-} "$@"
