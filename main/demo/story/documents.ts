// The demo's integration documents, with people's comments and habits. The keys are invented.

export const KEYS = {
  'eu2.coralogix.com': 'cxtp_DEMOeu2paymentsAndCheckout0001',
  'us1.coralogix.com': 'cxtp_DEMOus1ordersAndInvoices000002',
  'eu1.coralogix.com': '5b1c0de0-0000-4000-8000-00000de0e001',
} as const;

/** Keys that query, by domain. */
export const READING_KEYS = {
  'eu2.coralogix.com': 'cxup_DEMOeu2readsPaymentsCheckout01',
  'us1.coralogix.com': 'cxup_DEMOus1readsOrdersInvoices0002',
  'eu1.coralogix.com': 'cxup_DEMOeu1readsAudit000000000003',
} as const;

/** A careful team whose comments are worth keeping. */
export const PAYMENTS = `# kAudit integrations of the payments cluster.
# Owner: platform-security. Change only after a word in #sec-platform; the on-call reads these findings at night.
#
# Each entry sends one kind of result to one destination:
#   type         detections (what kAudit found suspicious), selections (what the audit policy names) or activity (everything)
#   target       where to; "stopped: true" keeps the entry and sends nothing
#   data-filter  what to send; leave it out to send all
#   name         up to 15 characters, shown in kAudit's own pages
#
# Values are read again about a minute after they change.

- type: detections
  name: coralogix-det
  target:
    target-type: http-api
    http-api-uri: 'https://ingress.eu2.coralogix.com/logs/v1/bulk'   # Stockholm, team "acme-prod"
    http-api-token: '${KEYS['eu2.coralogix.com']}'
    rate-limit: 100        # a minute; agreed with finance in the TCO review
  data-filter:
    etype:
      - principal
      - resource
      - cluster
    category:
      - incident
      - anomaly
    confidence:
      - 0                  # high
      - 1                  # medium; low (2) was noise, see SEC-1142
    # The service accounts of the autoscaler move all the time. Java regular expressions!
    entity-no-match: "^system:(?!anonymous)|^cluster-autoscaler$|^10\\\\.(1|2)?\\\\d{1,2}\\\\."

- type: selections
  name: coralogix-pol
  target:
    target-type: http-api
    http-api-uri: 'https://ingress.eu2.coralogix.com/logs/v1/bulk'
    http-api-token: '${KEYS['eu2.coralogix.com']}'
  data-filter:
    rules-match: '^(exec|secret-read|role-change)'
    rules-no-match: '-dryrun$'
    report: details

# Kept for the next game day.
- type: detections
  name: sec-slack
  target:
    target-type: slack
    slack-uri: 'https://hooks.slack.com/services/T000DEMO/B000DEMO/notARealHookAtAll0000'
    stopped: true
`;

export const CHECKOUT = `# checkout: see the payments cluster for how to read this
- val-cx-key: ${KEYS['eu2.coralogix.com']}
- type: detections
  name: checkout
  target:
    - target-type: http-api
      http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk
      ref/http-api-token: val-cx-key
    - target-type: syslog
      syslog-host: siem.internal.example
      syslog-port: 6514
      syslog-tcp: true
      stopped: true
  data-filter: {etype: [principal, resource], category: [incident], confidence: [0, 1]}
- type: activity
  target: {target-type: kafka, kafka-broker: 'kafka.internal.example:9092', kafka-topic: kaudit-activity}
  data-filter: {}
`;

/** Set up in 2021 by the vendor's guide and unchanged since. */
export const ORDERS = `# as in the vendor's integration guide, page 4
- type: detections
  name: coralogix
  target:
    target-type: http-api
    http-api-uri: https://api.coralogix.us/api/v1/logs
    http-api-token: ${KEYS['us1.coralogix.com']}
  data-filter:
    confidence: [high, medium]
- type: selections
  name: policy
  target:
    target-type: http-api
    http-api-uri: https://ingress.us1.coralogix.com/logs/v1/bulk
    http-api-token: ${KEYS['us1.coralogix.com']}
    stopped: true          # too many, June 2023. turn on again??
  data-filter:
    report: count
`;

/** A key copied from Europe, where it works. */
export const INVOICES = `- type: detections
  name: invoices
  target:
    target-type: http-api
    http-api-uri: https://ingress.us1.coralogix.com/logs/v1/bulk
    http-api-token: ${KEYS['eu2.coralogix.com']}   # copied from payments
  data-filter:
    etype:
    - cluster
`;

/** Pasted from a web page without indentation, then half repaired. */
export const SANDBOX = `# TODO copied from the docs, does not work yet
- type: detections
  target:
    target-type: http-api
  http-api-uri: 'https://ingress.eu2.coralogix.com/logs/v1/bulk
    http-api-token: ${KEYS['eu2.coralogix.com']}
data-filter:
  etype:
  - principal
`;

export const PREVIEW = `# No integrations yet. Every entry needs a type and a target:
#
# - type: detections
#   target:
#     target-type: http-api
#     http-api-uri: https://…
#     http-api-token: …
`;

/** The older dialect with two-element sequences, rendered by a chart. */
export const CORE = `- type: detections
  name: core
  target:
    - - http-api
      - http-api-uri: "https://api.coralogix.com/logs/v1/bulk"
        http-api-token: "${KEYS['eu1.coralogix.com']}"
  data-filter:
    category:
      - alcide.category/incident
    confidence:
      - high
- type: selections
  name: core-policy
  target:
    target-type: http-api
    http-api-uri: "https://ingress.eu1.coralogix.com/logs/v1/bulk"
    http-api-token: "${KEYS['eu1.coralogix.com']}"
  data-filter:
    entity-no-match: "^system:|^admin$"
    rules-match: "^exec|unsafe$"
    report: details
`;

export const AUDIT_SOURCE = `audit-source: k8s
stream: kinesis
region: eu-north-1
`;

export const AUDIT_POLICY = `- rule: exec
  match: {verb: create, resource: pods/exec}
- rule: secret-read
  match: {verb: [get, list], resource: secrets}
- rule: role-change
  match: {verb: [create, update, patch], resource: [roles, rolebindings]}
`;
