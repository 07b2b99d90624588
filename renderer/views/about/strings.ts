// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const yourKubeconfig = 'Your kubeconfig';
export const kAuditTrayReadsFilesNever =
  'kAudit Tray reads its files and never copies them. It uses credentials for their own cluster only.';
export const yourClusters = 'Your clusters';
export const kAuditTrayContactsOnlyClusters =
  'kAudit Tray contacts only clusters that you connected. It reads ConfigMaps, StatefulSets, Pods and NetworkPolicies where kAudit runs, and writes only kAudit’s ConfigMaps, when you apply.';
export const coralogix = 'Coralogix';
export const deliveryTestSendsOneMarkedEntry =
  'A delivery test that you start sends one marked log entry to its URL and, if that fails, perhaps one to Coralogix’s other host. With a read-back key, kAudit Tray also asks Coralogix which entries arrived.';
export const keys = 'Keys';
export const operatingSystemsKeychainKeepsThem =
  'The operating system’s keychain keeps them. They go from a form to kAudit Tray and never return to this page.';
export const anyoneElse = 'Anyone else';
export const nothingNoTelemetryNoUpdate = 'Nothing. No telemetry, no update checks.';
export const aboutKAuditTray = 'About kAudit Tray';
export const version = 'Version';
export const runsAs = 'Runs as';
export const desktopApplication = 'Desktop application';
export const pageComputer12700 = 'Page on this computer (127.0.0.1)';
export const demo = ', demo';
export const license = 'License';
export const apache20 = 'Apache-2.0';
export const whereDataGoes = 'Where data goes';
export const documentationHelp = 'Documentation and help';
export const kAuditIntegrationsFindingsExporting = 'kAudit: integrations and findings exporting';
export const coralogixDomains = 'Coralogix: domains';
export const coralogixEndpoints = 'Coralogix: endpoints';
export const coralogixSendDataKeys = 'Coralogix: Send-Your-Data keys';
export const coralogixSupport = 'Coralogix: support';
