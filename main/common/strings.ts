// What this room says to people. `npm run check` refuses sentences elsewhere in it.

/** What is counted: one, and several. `plural` takes its keys. */
export const nouns = {
  activeIntegration: ['active integration', 'active integrations'],
  activeTarget: ['active target', 'active targets'],
  change: ['change', 'changes'],
  cluster: ['cluster', 'clusters'],
  configMap: ['ConfigMap', 'ConfigMaps'],
  day: ['day', 'days'],
  deliveryTest: ['delivery test', 'delivery tests'],
  earlierTest: ['earlier test', 'earlier tests'],
  entry: ['entry', 'entries'],
  error: ['error', 'errors'],
  field: ['field', 'fields'],
  hour: ['hour', 'hours'],
  instance: ['instance', 'instances'],
  integration: ['integration', 'integrations'],
  line: ['line', 'lines'],
  minute: ['minute', 'minutes'],
  name: ['name', 'names'],
  preset: ['preset', 'presets'],
  restart: ['restart', 'restarts'],
  rewrite: ['rewrite', 'rewrites'],
  row: ['row', 'rows'],
  target: ['target', 'targets'],
  warning: ['warning', 'warnings'],
} as const;

export const namespaceOrName = 'A namespace, or a ConfigMap as namespace/name, has only lower-case letters, digits and dashes';
export const pathMustBeAbsolute = 'A path must be absolute, or begin with ~/';
