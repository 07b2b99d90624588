// Documents in every known shape of kAudit's `audit-integration`, newly written for the tests.

/**
 * As the vendor ships it: a manual in comments, then samples that are commented out, some fields with their own
 * comments.
 */
export const MANUAL = `# Where kAudit sends its results to.
# Each entry of the list below has up to four parts:
# - type (required): detections, selections or activity
# - target (required): where to send to; nothing is sent to stopped targets.
# - data-filter (optional): what to send.
# - name (optional): up to 15 characters.
#
# Values that must stay secret can be referred to:
# val-my-key: foo
# ref/my-credentials: val-my-key
#
# Samples:
#    - type: detections
#      target:
#        target-type: slack
#        slack-uri: 'https://hooks.slack.example/services/aBc'
#        rate-limit: 10
#      data-filter:                     # what is sent
#        etype:                         # entity type
#          - principal
#          - resource
#          - cluster
#        category:                      # detection category
#          - incident
#          - anomaly
#        confidence:                    # detection confidence
#          - 0                          # high
#          - 1                          # medium
#          - 2                          # low
#        entity-no-match: ^system:|^admin$|^10\\\\.(1|2)?\\\\d{1,2}\\\\.(1|2)?\\\\d{1,2}$
#    - type: detections
#      target:
#        target-type: azure
#        workspace-id: my-workspace
#        shared-key: c2hhcmVkLWtleQ==
#        stopped: true
#    - type: detections
#      target:
#        target-type: aws-security-hub
#        aws-region: us-west-2
#        aws-account-id: "111111111111"
#    - type: detections
#      target:
#        target-type: http-api
#        http-api-uri: 'https://collector.example'
#        http-api-token-header: x-token
#        http-api-token: 'x-0123'
#        stopped: true
#    - type: detections
#      target:
#        target-type: kafka
#        kafka-broker: my-broker
#        kafka-topic: my-topic
#        stopped: true
#    - type: selections
#      target:
#        target-type: syslog
#        syslog-host: my-syslog
#        syslog-port: 5555
#        syslog-tcp: false
#      data-filter:
#        entity-no-match: ^system:|^admin$
#        rules-match: ^exec|unsafe$
#        report: count
#    - type: activity
#      target:
#        target-type: aws-s3
#        aws-access-key-id: AKIDEXAMPLE
#        aws-secret-access-key: c2VjcmV0
#        aws-bucket: my-activity
#        aws-region: us-west-2
#        aws-resource-key-prefix: testing
#        rate-limit: 100
#      data-filter: {}
`;

/** Uncomments the samples of such a text: the n-th, or all. They lose the `#    ` before them. */
export function switchedOn(text: string, which: number | 'all'): string {
  let sample = -1;
  return text
    .split('\n')
    .map((line) => {
      if (line.startsWith('#    - type:')) sample++;
      const isSample = sample >= 0 && line.startsWith('#    ');
      return isSample && (which === 'all' || which === sample) ? line.slice(5) : line;
    })
    .join('\n');
}

/** How many samples such a text has. */
export function sampleCount(text: string): number {
  return text.split('\n').filter((line) => line.startsWith('#    - type:')).length;
}

export const MAP_TARGET = `- type: detections
  name: to Coralogix
  target:
    target-type: http-api
    http-api-uri: 'https://api.eu2.coralogix.com/logs/v1/bulk'  # Stockholm
    http-api-token: "11111111-2222-3333-4444-555555555555"
  data-filter:
    confidence:
      - 0   # high
      - 1   # medium
    entity-no-match: '^system:|#not a comment'
`;

export const SEQUENCE_TARGET = `- type: selections
  target:
    - target-type: syslog
      syslog-host: one
      syslog-port: 514
    - target-type: slack
      slack-uri: https://hooks.slack.example/x
      stopped: true
  data-filter: {report: details}
`;

export const PAIR_TARGET = `- type: detections
  target:
  - - http-api
    - {http-api-uri: "https://api.coralogix.com/logs/v1/bulk", http-api-token: abc-def}
  - - slack
    - slack-uri: https://hooks.slack.example/y
  data-filter:
    category: [alcide.category/incident, alcide.category/anomaly]
    confidence: [high, medium]
`;

export const ONE_KEY_TARGET = `- type: activity
  target:
    - target-type: aws-s3
    - aws-bucket: bucket
    - aws-region: us-west
    - aws-access-key-id: my-key-id
    - ref/aws-secret-access-key: val-x
- val-x: my-access-key
`;

export const ENTRY_LEVEL = `- type: selections
  stopped: true
  rate-limit: 5
  report: count
  target: {target-type: kafka, kafka-broker: b, kafka-topic: t}
`;

export const ANCHORS = `- type: detections
  target: &coralogix
    target-type: http-api
    http-api-uri: &uri https://api.coralogix.com/logs/v1/bulk
    http-api-token: abc
- type: selections
  target: *coralogix
- type: activity
  target:
    <<: *coralogix
    stopped: true
- type: activity
  target: {target-type: http-api, http-api-uri: *uri, http-api-token: x}
`;

export const UNKNOWN = `- type: forecasts
  target:
    target-type: pigeon
    pigeon-loft: {north: 1, south: [2, 3]}
  retries: 3
- just text
- [1, 2]
`;

export const SHAPES = { MAP_TARGET, SEQUENCE_TARGET, PAIR_TARGET, ONE_KEY_TARGET, ENTRY_LEVEL, ANCHORS, UNKNOWN } as const;

/** The published example as people paste it, without its indentation. */
export const LOST_INDENTATION = `- type: detections
target:
target-type: http-api
http-api-uri: https://api.coralogix.com/logs/v1/bulk
http-api-token: secret-in-the-clear
data-filter:
confidence:
- 0
- 1
`;

/** About as many characters of entries as requested, in the style of a real document. */
export function bigDocument(characters: number): string {
  const parts: string[] = [];
  let length = 0;
  for (let index = 0; length < characters; index++) {
    const part = `# integration ${index}
- type: detections
  name: number ${index}
  target:
    target-type: http-api
    http-api-uri: 'https://api.coralogix.com/logs/v1/bulk'  # where to
    http-api-token: "key-${index}"
    rate-limit: ${index}
  data-filter:
    confidence:
      - 0   # high
      - 1   # medium
    entity-no-match: ^system:|^admin$|^10\\.(1|2)?\\d{1,2}
`;
    parts.push(part);
    length += part.length;
  }
  return parts.join('');
}
