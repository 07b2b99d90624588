import type { ReactNode } from 'react';
import type { Args } from '../../../main/common/api.ts';
import type { DesktopView } from '../../../main/common/fleet/fleet.ts';
import type { Settings } from '../../../main/common/settings.ts';
import { Banner } from '../../components/badge.tsx';
import { SwitchInput } from '../../components/field.tsx';
import * as strings from './strings.ts';

const NEWS = [
  { kind: 'failing', label: strings.integrationFails },
  { kind: 'stopped', label: strings.integrationStopped },
  { kind: 'changed', label: strings.integrationChangedSomeoneElse },
  { kind: 'lost', label: strings.clusterBecomesUnreachableConfigMapDeleted },
  { kind: 'silent', label: strings.watchedPresetGetsNoEntries },
] as const;

export function DesktopSettings({
  desktop,
  settings,
  update,
}: {
  readonly desktop: DesktopView;
  readonly settings: Settings;
  readonly update: (part: Args<'settings.update'>['settings']) => Promise<boolean>;
}): ReactNode {
  return (
    <>
      <section className="card" aria-labelledby="settings-desktop">
        <h2 id="settings-desktop">{strings.trayWindow}</h2>
        {!desktop.tray.shown && (
          <Banner tone="warn" title={strings.theresNoTrayIcon}>
            <p>{desktop.tray.reason}</p>
          </Banner>
        )}
        <SwitchInput
          label={strings.keepRunningTrayWhenWindow}
          description={desktop.tray.shown ? undefined : strings.withoutIconClosingWindowQuits}
          isSelected={settings.hideOnClose ?? true}
          onChange={(hideOnClose) => void update({ hideOnClose })}
        />
        <SwitchInput
          label={strings.startWhenILog}
          description={strings.startsTrayWithoutWindow}
          isSelected={settings.startAtLogin}
          onChange={(startAtLogin) => void update({ startAtLogin })}
        />
        {desktop.loginProblem !== null && <p className="field-error">{desktop.loginProblem}</p>}
      </section>
      <section className="card" aria-labelledby="settings-notifications">
        <h2 id="settings-notifications">{strings.notifications}</h2>
        <p className="quiet">{strings.shownWhileWindowIsntFront}</p>
        {desktop.notificationProblem !== undefined && (
          <Banner tone="warn" title={strings.notificationsCantShown}>
            <p>{desktop.notificationProblem}</p>
          </Banner>
        )}
        {NEWS.map(({ kind, label }) => (
          <SwitchInput
            key={kind}
            label={label}
            isSelected={settings.notify[kind]}
            onChange={(wanted) => void update({ notify: { [kind]: wanted } })}
          />
        ))}
      </section>
    </>
  );
}
