import { ChevronDown, ChevronRight, FileWarning, ListChecks, Plug, RefreshCw, Search, Send, X } from 'lucide-react';
import {
  type ComponentProps,
  type ReactNode,
  type RefObject,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Button as AriaButton, Input, ProgressBar, SearchField } from 'react-aria-components';
import type { SharedCause } from '../../../main/common/fleet/causes.ts';
import type { Fleet, KubeconfigFile } from '../../../main/common/fleet/fleet.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { CheckboxInput } from '../../components/field.tsx';
import { notify } from '../../components/toast.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { DeliveryDialog, type DeliverySession } from '../delivery/delivery-dialog.tsx';
import { FailureCauses } from '../delivery/failure-causes.tsx';
import { InterruptedRollout, RolloutDialog } from '../rollout/rollout-dialog.tsx';
import { countWords } from '../words.ts';
import { CardList } from './card-list.tsx';
import { type ClusterGroup, groupClusters, rowsOf } from './grouping.ts';

/** The screen's state, restored when the user returns. */
const left = { query: '', own: false, hidden: false, folded: new Set<string>() as ReadonlySet<string>, scroll: 0 };

export function HomeView(): ReactNode {
  const fleet = useFleet();
  const { clusters, reports } = fleet;
  const [query, setQuery] = useState(left.query);
  const [delivery, setDelivery] = useState<DeliverySession | null>(null);
  const [own, setOwn] = useState(left.own);
  const [hidden, setHidden] = useState(left.hidden);
  const [folded, setFolded] = useState(left.folded);
  const [seen] = useState(() => new Set<string>());
  // Typing comes first, results follow.
  const searched = useDeferredValue(query);
  const groups = useMemo(() => groupClusters({ clusters, reports }, searched, { own, hidden }), [clusters, reports, searched, own, hidden]);
  const hiddenCount = clusters.filter(({ marks }) => marks?.hidden === true).length;
  const hasGroups = clusters.some(({ marks }) => marks?.group !== undefined);
  const rows = useMemo(() => rowsOf({ clusters, reports }), [clusters, reports]);
  useEffect(() => {
    Object.assign(left, { query, own, hidden, folded });
  }, [query, own, hidden, folded]);
  useScrollPlace();
  const view = useCardFocus(groups);
  const fold = (id: string) => setFolded(folded.has(id) ? new Set([...folded].filter((other) => other !== id)) : new Set([...folded, id]));
  let before = 0;

  return (
    <div className="view" ref={view}>
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
        {searched === ''
          ? ''
          : `${countWords(
              groups.reduce((sum, group) => sum + group.clusters.length, 0),
              'cluster',
            )} found`}
      </p>
      <FileProblems files={fleet.files} />
      <InterruptedRollout />
      <FailureCauses fleet={fleet} />
      {(hasGroups || hiddenCount > 0) && (
        <div className="choices choices-inline">
          {hasGroups && <CheckboxInput label="In my groups" isSelected={own} onChange={setOwn} />}
          {hiddenCount > 0 && <CheckboxInput label={`Show ${hiddenCount} hidden`} isSelected={hidden} onChange={setHidden} />}
        </div>
      )}
      {clusters.length === 0 && <FirstRun files={fleet.files} />}
      {clusters.length > 0 && groups.length === 0 && searched !== '' && (
        <div className="empty">
          <h2>Nothing fits “{searched}”</h2>
          <Button onPress={() => setQuery('')}>Show all clusters</Button>
        </div>
      )}
      {groups.map((group) => {
        const open = searched !== '' || !folded.has(group.id);
        const above = before;
        if (open) before += group.clusters.length;
        return (
          <section key={group.id} className="group" aria-labelledby={`group-${group.id}`}>
            <GroupHeader group={group} open={open} onFold={() => fold(group.id)} />
            {open && <GroupCards group={group} rows={rows} before={above} seen={seen} openDelivery={setDelivery} />}
          </section>
        );
      })}
      {delivery && <DeliveryDialog session={delivery} onClose={() => setDelivery(null)} />}
    </div>
  );
}

function useScrollPlace(): void {
  useLayoutEffect(() => {
    window.scrollTo(0, left.scroll);
    const note = () => {
      left.scroll = window.scrollY;
    };
    window.addEventListener('scroll', note, { passive: true });
    return () => window.removeEventListener('scroll', note);
  }, []);
}

/** Keeps keyboard focus on a card that moves to another group, or on what replaces it. */
function useCardFocus(groups: readonly ClusterGroup[]): RefObject<HTMLDivElement | null> {
  const view = useRef<HTMLDivElement>(null);
  const focused = useRef<{ readonly element: HTMLElement; readonly context: string | undefined; readonly index: number } | undefined>(
    undefined,
  );
  useEffect(() => {
    const element = view.current;
    const note = ({ target, type }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      const card = target.closest<HTMLElement>('[data-context]');
      if (type === 'focusin') focused.current = { element: target, context: card?.dataset.context, index: cardsBefore(element, target) };
      // Removed elements lose the focus too, so checks that the element is still there.
      else
        queueMicrotask(() => {
          if (target.isConnected && document.activeElement === document.body) focused.current = undefined;
        });
    };
    for (const type of ['focusin', 'focusout'] as const) element?.addEventListener(type, note);
    return () => {
      for (const type of ['focusin', 'focusout'] as const) element?.removeEventListener(type, note);
    };
  }, []);
  useLayoutEffect(() => {
    const restore = (): void => {
      if (focused.current === undefined || document.activeElement !== document.body) return;
      const { element, context, index } = focused.current;
      const cards = cardsOf(view.current);
      const card = cards.find(({ dataset }) => dataset.context === context) ?? cards[Math.min(index, cards.length - 1)];
      // A closing dialog may return the focus to its button later.
      const place = element.isConnected ? element : card;
      place?.focus({ preventScroll: true });
    };
    restore();
    // A dialog removed with its card leaves the page inert for a moment.
    const later = setTimeout(restore, 50);
    return () => clearTimeout(later);
  }, [groups]);
  return view;
}

function cardsOf(view: Element | null): HTMLElement[] {
  return [...(view?.querySelectorAll<HTMLElement>('[data-context]') ?? [])];
}

function cardsBefore(view: Element | null, target: Element): number {
  const isBelow = (card: Element): boolean =>
    card.contains(target) || (target.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  const index = cardsOf(view).findIndex(isBelow);
  return index < 0 ? Number.POSITIVE_INFINITY : index;
}

function GroupHeader({
  group,
  open,
  onFold,
}: {
  readonly group: ClusterGroup;
  readonly open: boolean;
  readonly onFold: () => void;
}): ReactNode {
  const { client } = useApp();
  const connecting = useAction();
  // SECURITY: clusters that may ask for a sign-in connect one by one.
  const contexts = group.clusters
    .filter(({ state, auth, problem }) => state === 'idle' && auth === 'static' && problem === null)
    .map(({ context }) => context);
  return (
    <header className="group-header">
      <h2 id={`group-${group.id}`} className="group-title">
        <AriaButton className="group-fold" aria-expanded={open} onPress={onFold}>
          {open ? <ChevronDown className="icon" aria-hidden="true" /> : <ChevronRight className="icon" aria-hidden="true" />}
          {group.title} <span className="count">{group.clusters.length}</span>
        </AriaButton>
      </h2>
      {contexts.length > 1 && (
        <Button
          small
          icon={Plug}
          isPending={connecting.busy}
          onPress={() => void connecting.run(() => client.request('cluster.connectAll', { contexts }))}
        >
          {`Connect ${contexts.length} without a sign-in`}
        </Button>
      )}
    </header>
  );
}

/** Clusters with a shared cause are one line that opens to their cards. */
function GroupCards({ group, ...list }: Omit<ComponentProps<typeof CardList>, 'clusters'> & { readonly group: ClusterGroup }): ReactNode {
  const shared = new Set(group.causes.flatMap(({ contexts }) => contexts));
  const others = group.clusters.filter(({ context }) => !shared.has(context));
  const pinned = others.filter(({ marks }) => marks?.pinned === true);
  return (
    <>
      {group.causes.map((cause) => (
        <CauseLine key={cause.id} cause={cause}>
          <CardList {...list} clusters={membersOf(group, new Set(cause.contexts))} />
        </CauseLine>
      ))}
      {/* A separate list: React moves the cards before one that goes to the front, which loses the scroll position. */}
      {pinned.length > 0 && <CardList {...list} clusters={pinned} />}
      <CardList {...list} before={list.before + pinned.length} clusters={others.slice(pinned.length)} />
    </>
  );
}

function membersOf({ clusters }: ClusterGroup, contexts: ReadonlySet<string>): ClusterGroup['clusters'] {
  return clusters.filter(({ context }) => contexts.has(context));
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
  const [changing, setChanging] = useState(false);
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
      <Button icon={ListChecks} onPress={() => setChanging(true)}>
        Change many
      </Button>
      {changing && <RolloutDialog onClose={() => setChanging(false)} />}
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
