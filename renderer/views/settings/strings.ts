// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const integrationFails = 'An integration fails';
export const integrationStopped = 'An integration was stopped';
export const integrationChangedSomeoneElse = 'An integration was changed by someone else';
export const clusterBecomesUnreachableConfigMapDeleted = 'A cluster becomes unreachable, a ConfigMap is deleted, or kAudit stops running';
export const watchedPresetGetsNoEntries = 'A watched preset gets no entries for longer than usual';
export const trayWindow = 'Tray and window';
export const theresNoTrayIcon = 'There’s no tray icon';
export const keepRunningTrayWhenWindow = 'Keep running in the tray when the window is closed';
export const withoutIconClosingWindowQuits = 'Without an icon, closing the window quits kAudit Tray.';
export const startWhenILog = 'Start when I log in';
export const startsTrayWithoutWindow = 'Starts in the tray, without a window.';
export const notifications = 'Notifications';
export const shownWhileWindowIsntFront = 'Shown while the window isn’t in front. Events with one cause share a notification.';
export const notificationsCantShown = 'Notifications can’t be shown';
export const sameSystem = 'Same as the system';
export const light = 'Light';
export const dark = 'Dark';
export const settings = 'Settings';
export const appearance = 'Appearance';
export const theme = 'Theme';
export const kubeconfigFiles = 'Kubeconfig files';
export const kAuditTrayReadsTheseFiles =
  'kAudit Tray reads these files in this order and watches them. If two have the same context, the first one counts.';
export const kubeconfigFilesUse = 'Kubeconfig files in use';
export const noFilesFound = 'No files found.';
export const addedHere = 'Added here';
export const addKubeconfigFileFolderThem = 'Add a kubeconfig file, or a folder of them';
export const fullPathFolderKAuditTray = 'The full path. For a folder, kAudit Tray reads all its kubeconfig files, including new ones.';
export const namespaces = 'Namespaces';
export const ifCantListWholeCluster = 'If you can’t list a whole cluster, kAudit Tray searches these namespaces and ';
export const ifCantListNamespaceEither = '. If you can’t list a namespace either, name the ConfigMap: ';
export const alcideKaudit = 'alcide-kaudit';
export const namespaceName = 'namespace/name';
export const searched = 'Searched';
export const addNamespaceOneConfigMap = 'Add a namespace, or one ConfigMap';
export const removeEntry = (entry: string) => `Remove ${entry}`;
export const add = 'Add';
