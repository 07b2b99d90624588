// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const yourKubeconfig = 'Your kubeconfig';
export const kAuditTrayReadsFilesNever =
  'kAudit Tray reads its files and never copies them. It uses credentials for their own cluster only.';
export const yourClusters = 'Your clusters';
export const kAuditTrayContactsClusterWhen =
  'kAudit Tray contacts a cluster when you connect it. It reads only ConfigMaps with kAudit’s integrations, and writes them when you apply.';
export const coralogix = 'Coralogix';
export const kAuditTrayContactsCoralogixOnly =
  'kAudit Tray contacts Coralogix only for a delivery test that you start: one marked log entry, to the URL of the test.';
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
