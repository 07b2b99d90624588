import { Command, GitCompareArrows, Info, KeyRound, Layers, ListChecks, type LucideIcon, Settings as SettingsIcon } from 'lucide-react';
import { lazy, type ReactNode, type RefObject, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { Client } from '../client/client.ts';
import { Banner } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Question } from '../components/dialog.tsx';
import { FailureBoundary } from '../components/failure-boundary.tsx';
import { notify, Toasts } from '../components/toast.tsx';
import icon from '../icon.svg';
import { useApp, useFleetSnapshot, useRoute } from '../state/app.tsx';
import { COMMAND_KEY, isTyping, useCommandKey, useFocusAfterReload, useFocusNet, useKeys, useShortcuts } from '../state/keys.ts';
import { formatRoute, type Route } from '../state/router.ts';
import { useArrivalsLook } from './arrivals/look.ts';
import { HomeView } from './fleet/fleet-view.tsx';
import * as strings from './strings.ts';
import { UnsettledChanges } from './unsettled-changes.tsx';

// Lazy: the first screen doesn't need them, nor the editor's YAML reader.
const DriftView = lazy(async () => ({ default: (await import('./drift/drift-view.tsx')).DriftView }));
const RolloutsView = lazy(async () => ({ default: (await import('./rollout/rollout-list.tsx')).RolloutsView }));
const EditorView = lazy(async () => ({ default: (await import('./editor/editor-view.tsx')).EditorView }));
const PresetsView = lazy(async () => ({ default: (await import('./presets/presets-view.tsx')).PresetsView }));
const SettingsView = lazy(async () => ({ default: (await import('./settings/settings-view.tsx')).SettingsView }));
const AboutView = lazy(async () => ({ default: (await import('./about/about-view.tsx')).AboutView }));

const Palette = lazy(async () => ({ default: (await import('./palette/palette.tsx')).Palette }));
const Shortcuts = lazy(async () => ({ default: (await import('./palette/shortcuts.tsx')).Shortcuts }));

interface Place {
  readonly view: Exclude<Route['view'], 'configMap'>;
  readonly label: string;
  readonly icon: LucideIcon;
}

const PLACES: readonly Place[] = [
  { view: 'home', label: strings.fleet, icon: Layers },
  { view: 'drift', label: strings.drift, icon: GitCompareArrows },
  { view: 'presets', label: strings.presets, icon: KeyRound },
  { view: 'rollouts', label: strings.rollouts, icon: ListChecks },
  { view: 'settings', label: strings.settings, icon: SettingsIcon },
  { view: 'about', label: strings.about, icon: Info },
];

export function Shell(): ReactNode {
  const { client, store, router } = useApp();
  const { fleet, connection, error } = useFleetSnapshot();
  const { route, blocked, applying } = useRoute();
  const theme = fleet?.settings.theme ?? 'system';
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  useSearchKey();
  useArrivalsLook();
  useFocusNet();
  useShortcuts();
  const [over, setOver] = useState<'palette' | 'shortcuts' | null>(null);
  const close = useCallback(() => setOver(null), []);
  const showShortcuts = useCallback(() => setOver('shortcuts'), []);
  useCommandKey('k', () => {
    if (!document.querySelector('.overlay')) setOver('palette');
  });
  useKeys((key, event) => {
    if (key !== '?' || isTyping(event)) return false;
    setOver('shortcuts');
    return true;
  });
  useKeychainQuestion(client, fleet?.keychain.state === 'waiting' ? fleet.keychain.message : null);
  const content = useContentFocus(route);
  useFocusAfterReload(fleet !== null);

  if (connection === 'expired') {
    return (
      <main className="full-page">
        <h1>{strings.pagesKeyExpired}</h1>
        <p>{strings.useAddressKAuditTrayPrinted}</p>
      </main>
    );
  }
  if (!fleet) {
    return (
      <main className="full-page" aria-busy={connection === 'connecting'}>
        <h1>{connection === 'connecting' ? strings.starting : strings.noConnection}</h1>
        {error && <p role="alert">{error.message}</p>}
        {connection === 'down' && <Button onPress={() => void store.fetch()}>{strings.tryAgain}</Button>}
      </main>
    );
  }
  return (
    <div className="shell">
      <nav className="sidebar" aria-label={strings.main}>
        <p className="product">
          <img src={icon} alt="" width="24" height="24" />
          <span>{strings.kAuditTray}</span>
        </p>
        <ul>
          {PLACES.map((place) => (
            <li key={place.view}>
              <NavigationLink place={place} current={placeOf(route) === place.view} navigate={router.navigate} />
            </li>
          ))}
        </ul>
        <button
          type="button"
          className="navigation-link commands"
          aria-haspopup="dialog"
          title={`${strings.commands} (${COMMAND_KEY} K)`}
          onClick={() => setOver('palette')}
        >
          <Command className="icon" aria-hidden="true" />
          <span className="navigation-label">{strings.commands}</span>
          <span className="key-cap" aria-hidden="true">{`${COMMAND_KEY} K`}</span>
        </button>
        {fleet.demo && (
          <p className="demo-note" title={`${strings.demo}${strings.nothingLeavesComputer}`}>
            {strings.demo}
            <span className="demo-rest">{strings.nothingLeavesComputer}</span>
          </p>
        )}
      </nav>
      <main className="content" ref={content} tabIndex={-1}>
        {connection === 'down' && (
          <Banner
            tone="warn"
            live
            title={error?.message ?? strings.connectionKAuditTrayLostWhat}
            actions={
              <Button small onPress={() => void store.fetch()}>
                {strings.tryAgain}
              </Button>
            }
          />
        )}
        <UnsettledChanges />
        {fleet.warnings?.map((warning) => (
          <Banner key={warning} tone="warn" title={warning} />
        ))}
        <FailureBoundary key={roomOf(route)}>
          <Suspense fallback={<p role="status">{strings.loading}</p>}>
            <View route={route} />
          </Suspense>
        </FailureBoundary>
      </main>
      {blocked && !applying && (
        <Question
          title={strings.leaveWithoutApplying}
          confirm={strings.discardLeave}
          danger
          cancel={strings.cancel}
          onConfirm={() => router.decide(true)}
          onClose={() => router.decide(false)}
        >
          <p>{strings.changesHereArentClusterYet}</p>
        </Question>
      )}
      <Suspense>
        {over === 'palette' && <Palette onClose={close} onShortcuts={showShortcuts} />}
        {over === 'shortcuts' && <Shortcuts onClose={close} />}
      </Suspense>
      <Toasts />
    </div>
  );
}

function placeOf(route: Route): Place['view'] {
  return route.view === 'configMap' ? 'home' : route.view;
}

/** Another integration of the open ConfigMap keeps the editor and its edits; another panel keeps the fleet. */
function roomOf(route: Route): string {
  if (route.view === 'home') return formatRoute({ view: 'home' });
  return formatRoute(route.view === 'configMap' ? { view: 'configMap', ref: route.ref } : route);
}

function View({ route }: { readonly route: Route }): ReactNode {
  switch (route.view) {
    case 'home':
      return <HomeView />;
    case 'configMap':
      return <EditorView route={route} />;
    case 'drift':
      return <DriftView />;
    case 'rollouts':
      return <RolloutsView key={route.preset ?? ''} {...(route.preset === undefined ? {} : { preset: route.preset })} />;
    case 'presets':
      return <PresetsView />;
    case 'settings':
      return <SettingsView />;
    case 'about':
      return <AboutView />;
  }
}

function NavigationLink({
  place,
  current,
  navigate,
}: {
  readonly place: Place;
  readonly current: boolean;
  readonly navigate: (route: Route) => void;
}): ReactNode {
  const Icon = place.icon;
  const route: Route = { view: place.view };
  return (
    <a
      href={formatRoute(route)}
      className="navigation-link"
      title={place.label}
      {...(current ? { 'aria-current': 'page' as const } : {})}
      onClick={(event) => {
        event.preventDefault();
        navigate(route);
      }}
    >
      <Icon className="icon" aria-hidden="true" />
      <span className="navigation-label">{place.label}</span>
    </a>
  );
}

const TITLES: Readonly<Record<Route['view'], string>> = {
  home: strings.fleet,
  configMap: strings.integrations,
  drift: strings.drift,
  rollouts: strings.rollouts,
  presets: strings.presets,
  settings: strings.settings,
  about: strings.about,
};

/** A new view starts at its top with the focus and its own title, because the pressed link is gone. */
function useContentFocus(route: Route): RefObject<HTMLElement | null> {
  const content = useRef<HTMLElement>(null);
  // A panel takes the focus only when asked to.
  const address = formatRoute(route.view === 'home' ? { view: 'home' } : route);
  const shown = useRef(address);
  useEffect(() => {
    document.title = strings.titlesKAuditTray(TITLES[route.view]);
    if (shown.current === address) return;
    shown.current = address;
    // The home screen restores its own position.
    if (route.view !== 'home') window.scrollTo(0, 0);
    content.current?.focus({ preventScroll: true });
  }, [address, route.view]);
  return content;
}

/** The keychain's prompt with a way to cancel, over any dialog. null: no prompt. */
function useKeychainQuestion(client: Client, message: string | null): void {
  useEffect(() => {
    if (message === null) return undefined;
    return notify({
      tone: 'info',
      title: message,
      action: { label: strings.stopWaiting, run: () => void client.request('keychain.cancel', {}).catch(() => {}) },
    });
  }, [client, message]);
}

/** `/` focuses the search field, except while typing or in a dialog. */
function useSearchKey(): void {
  useKeys((key, event) => {
    const search = key === '/' && !isTyping(event) ? document.querySelector<HTMLInputElement>('input[type="search"]') : null;
    search?.focus();
    search?.select();
    return search !== null;
  });
}
