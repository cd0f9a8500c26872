#!/bin/bash
# As in Kafka's release.
exec "${0%/*}/kafka-run-class.sh" org.apache.kafka.tools.AclCommand "$@"
