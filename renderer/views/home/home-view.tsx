import { FileWarning, RefreshCw, Search, Send, X } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { Button as AriaButton, Input, ProgressBar, SearchField } from 'react-aria-components';
import type { SharedCause } from '../../../main/common/causes.ts';
import type { Fleet, KubeconfigFile } from '../../../main/common/fleet.ts';
import { trayRows } from '../../../main/common/tray.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { CheckboxInput } from '../../components/field.tsx';
import { notify } from '../../components/toast.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { DeliveryDialog, type DeliverySession } from '../delivery/delivery-dialog.tsx';
import { FailureCauses } from '../delivery/failure-causes.tsx';
import { countWords } from '../words.ts';
import { type CardProps, ClusterCard } from './cluster-card.tsx';
import { type ClusterGroup, groupClusters } from './grouping.ts';

export function HomeView(): ReactNode {
  const fleet = useFleet();
  const [query, setQuery] = useState('');
  const [delivery, setDelivery] = useState<DeliverySession | null>(null);
  const [own, setOwn] = useState(false);
  const [hidden, setHidden] = useState(false);
  const groups = useMemo(() => groupClusters(fleet, query, { own, hidden }), [fleet, query, own, hidden]);
  const hiddenCount = fleet.clusters.filter(({ marks }) => marks?.hidden === true).length;
  const hasGroups = fleet.clusters.some(({ marks }) => marks?.group !== undefined);
  const rows = useMemo(() => new Map(trayRows(fleet).map((row) => [row.id, row])), [fleet]);

  return (
    <div className="view">
      <header className="view-header">
        <h1>Clusters</h1>
        <SearchField className="search" value={query} onChange={setQuery} aria-label="Search clusters and integrations">
          <Search className="icon" aria-hidden="true" />
          <Input className="input" type="search" placeholder="Search: cluster, namespace, host, key   /" />
          <AriaButton className="button button-quiet button-icon search-clear" aria-label="Clear the search">
            <X className="icon" aria-hidden="true" />
          </AriaButton>
        </SearchField>
        <HomeActions fleet={fleet} />
      </header>
      <p className="for-screen-readers" role="status">
        {query === ''
          ? ''
          : `${countWords(
              groups.reduce((sum, group) => sum + group.clusters.length, 0),
              'cluster',
            )} found`}
      </p>
      <FileProblems files={fleet.files} />
      <FailureCauses fleet={fleet} />
      {(hasGroups || hiddenCount > 0) && (
        <div className="choices choices-inline">
          {hasGroups && <CheckboxInput label="In my groups" isSelected={own} onChange={setOwn} />}
          {hiddenCount > 0 && <CheckboxInput label={`Show ${hiddenCount} hidden`} isSelected={hidden} onChange={setHidden} />}
        </div>
      )}
      {fleet.clusters.length === 0 && <FirstRun files={fleet.files} />}
      {fleet.clusters.length > 0 && groups.length === 0 && query !== '' && (
        <div className="empty">
          <h2>Nothing fits “{query}”</h2>
          <Button onPress={() => setQuery('')}>Show all clusters</Button>
        </div>
      )}
      {groups.map((group) => (
        <section key={group.id} className="group" aria-labelledby={`group-${group.id}`}>
          <h2 id={`group-${group.id}`} className="group-title">
            {group.title} <span className="count">{group.clusters.length}</span>
          </h2>
          <GroupCards group={group} rows={rows} openDelivery={setDelivery} />
        </section>
      ))}
      {delivery && <DeliveryDialog session={delivery} onClose={() => setDelivery(null)} />}
    </div>
  );
}

/** A cause that many clusters share is one line; their cards stand behind it. */
function GroupCards({ group, rows, openDelivery }: CardProps & { readonly group: ClusterGroup }): ReactNode {
  const shared = new Set(group.causes.flatMap(({ contexts }) => contexts));
  const cards = (contexts: (context: string) => boolean) => (
    <ul className="cards">
      {group.clusters
        .filter(({ context }) => contexts(context))
        .map((cluster) => (
          <li key={cluster.context}>
            <ClusterCard cluster={cluster} rows={rows} openDelivery={openDelivery} />
          </li>
        ))}
    </ul>
  );
  return (
    <>
      {group.causes.map((cause) => (
        <CauseLine key={cause.id} cause={cause}>
          {cards((context) => cause.contexts.includes(context))}
        </CauseLine>
      ))}
      {cards((context) => !shared.has(context))}
    </>
  );
}

function CauseLine({ cause, children }: { readonly cause: SharedCause; readonly children: ReactNode }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Banner
        tone="bad"
        title={cause.message}
        actions={
          <Button small aria-expanded={open} onPress={() => setOpen(!open)}>
            {open ? 'Hide them' : `Show the ${cause.contexts.length} clusters`}
          </Button>
        }
      >
        <p>{cause.fix}</p>
      </Banner>
      {open && children}
    </>
  );
}

function HomeActions({ fleet }: { readonly fleet: Fleet }): ReactNode {
  const { client } = useApp();
  const refresh = useAction();
  const testing = useAction();
  const progress = fleet.testAll;

  const testAll = async () => {
    const reply = await testing.run(() => client.request('delivery.testAll', {}));
    if (!reply) return;
    const { passed, failed, skipped, cancelled } = reply;
    notify({
      tone: cancelled ? 'info' : failed > 0 ? 'warn' : passed > 0 ? 'good' : 'info',
      title: cancelled
        ? 'Test all was cancelled'
        : failed > 0
          ? `${countWords(failed, 'delivery test')} failed`
          : passed > 0
            ? 'Every delivery was accepted'
            : 'There was nothing to test',
      detail: `${passed} passed, ${failed} failed, ${skipped} skipped`,
    });
  };

  return (
    <div className="view-actions">
      <Button icon={RefreshCw} isPending={refresh.busy} onPress={() => void refresh.run(() => client.request('fleet.refresh', {}))}>
        Refresh
      </Button>
      {progress ? (
        <>
          <ProgressBar className="progress" value={progress.done} maxValue={Math.max(progress.total, 1)} aria-label="Test all">
            {({ percentage }) => (
              <>
                <span className="progress-track">
                  <span className="progress-fill" style={{ width: `${percentage ?? 0}%` }} />
                </span>
                <span>{`${progress.done} of ${progress.total}${progress.failed > 0 ? `, ${progress.failed} failed` : ''}`}</span>
              </>
            )}
          </ProgressBar>
          <Button icon={X} onPress={() => void testing.run(() => client.request('delivery.cancel', {}))}>
            Cancel tests
          </Button>
        </>
      ) : (
        <Button kind="primary" icon={Send} isPending={testing.busy} onPress={() => void testAll()}>
          Test all
        </Button>
      )}
    </div>
  );
}

function FileProblems({ files }: { readonly files: readonly KubeconfigFile[] }): ReactNode {
  return files.flatMap((file) =>
    file.problem === undefined
      ? []
      : [
          <Banner key={file.path} tone="warn" title={file.problem}>
            <p className="code">{file.path}</p>
          </Banner>,
        ],
  );
}

function FirstRun({ files }: { readonly files: readonly KubeconfigFile[] }): ReactNode {
  const { router } = useApp();
  return (
    <div className="empty">
      <FileWarning className="empty-icon" aria-hidden="true" />
      <h2>{files.length === 0 ? 'No kubeconfig was found' : 'The kubeconfig names no context'}</h2>
      <p>
        {files.length === 0
          ? 'Set KUBECONFIG, put a file at ~/.kube/config, or add one in the settings. It is read as soon as it is there.'
          : 'Add a context to one of these files, or add another file in the settings. Changes are seen at once.'}
      </p>
      {files.length > 0 && (
        <ul className="plain code">
          {files.map((file) => (
            <li key={file.path}>{file.path}</li>
          ))}
        </ul>
      )}
      <Button kind="primary" onPress={() => router.navigate({ view: 'settings' })}>
        Add a kubeconfig file
      </Button>
    </div>
  );
}
