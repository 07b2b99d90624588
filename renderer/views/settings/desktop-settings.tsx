import type { ReactNode } from 'react';
import type { Args } from '../../../main/common/api.ts';
import type { DesktopView } from '../../../main/common/fleet/fleet.ts';
import type { Settings } from '../../../main/common/settings.ts';
import { Banner } from '../../components/badge.tsx';
import { SwitchInput } from '../../components/field.tsx';

const NEWS = [
  { kind: 'failing', label: 'An integration fails' },
  { kind: 'stopped', label: 'An integration was stopped' },
  { kind: 'changed', label: 'An integration was changed by someone else' },
  { kind: 'lost', label: 'A cluster becomes unreachable, a ConfigMap is deleted, or kAudit stops running' },
  { kind: 'silent', label: 'A watched preset gets no entries for longer than usual' },
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
        <h2 id="settings-desktop">Tray and window</h2>
        {!desktop.tray.shown && (
          <Banner tone="warn" title="There’s no tray icon">
            <p>{desktop.tray.reason}</p>
          </Banner>
        )}
        <SwitchInput
          label="Keep running in the tray when the window is closed"
          description={desktop.tray.shown ? undefined : 'Without an icon, closing the window quits kAudit Tray.'}
          isSelected={settings.hideOnClose ?? true}
          onChange={(hideOnClose) => void update({ hideOnClose })}
        />
        <SwitchInput
          label="Start when I log in"
          description="Starts in the tray, without a window."
          isSelected={settings.startAtLogin}
          onChange={(startAtLogin) => void update({ startAtLogin })}
        />
        {desktop.loginProblem !== null && <p className="field-error">{desktop.loginProblem}</p>}
      </section>
      <section className="card" aria-labelledby="settings-notifications">
        <h2 id="settings-notifications">Notifications</h2>
        <p className="quiet">Shown while the window isn’t in front. Events with one cause share a notification.</p>
        {desktop.notificationProblem !== undefined && (
          <Banner tone="warn" title="Notifications can’t be shown">
            <p>{desktop.notificationProblem}</p>
          </Banner>
        )}
        {NEWS.map(({ kind, label }) => (
          <SwitchInput
            key={kind}
            label={label}
            isSelected={settings.notify[kind]}
            onChange={(wanted) => void update({ notify: { ...settings.notify, [kind]: wanted } })}
          />
        ))}
      </section>
    </>
  );
}
