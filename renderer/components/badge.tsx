import type { LucideIcon } from 'lucide-react';
import {
  Ban,
  Circle,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Info,
  KeyRound,
  LoaderCircle,
  LockKeyhole,
  TriangleAlert,
} from 'lucide-react';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

export type BadgeIcon =
  | 'check'
  | 'cross'
  | 'warning'
  | 'alert'
  | 'pause'
  | 'dashed'
  | 'circle'
  | 'running'
  | 'lock'
  | 'info'
  | 'ban'
  | 'key';

const ICONS: Readonly<Record<BadgeIcon, LucideIcon>> = {
  check: CircleCheck,
  cross: CircleX,
  warning: TriangleAlert,
  alert: CircleAlert,
  pause: CirclePause,
  dashed: CircleDashed,
  circle: Circle,
  running: LoaderCircle,
  lock: LockKeyhole,
  info: Info,
  ban: Ban,
  key: KeyRound,
};

export interface BadgeLook {
  readonly tone: Tone;
  readonly icon: BadgeIcon;
  readonly word: string;
}

/** The shape alone, next to its own word. */
export function BadgeMark({ icon }: { readonly icon: BadgeIcon }): ReactNode {
  const Icon = ICONS[icon];
  return <Icon className={icon === 'running' ? 'icon spinning' : 'icon'} aria-hidden="true" />;
}

/** Always a shape and a word, so that colour alone carries no meaning. */
export function Badge({ look, plain = false }: { readonly look: BadgeLook; readonly plain?: boolean }): ReactNode {
  return (
    <span className={`badge tone-${look.tone}${plain ? ' badge-plain' : ''}`}>
      <BadgeMark icon={look.icon} />
      {look.word}
    </span>
  );
}

export function Banner({
  tone,
  title,
  children,
  actions,
  live = false,
}: {
  readonly tone: Tone;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Screen readers announce it when it appears. */
  readonly live?: boolean;
}): ReactNode {
  const Icon = ICONS[tone === 'bad' ? 'alert' : tone === 'warn' ? 'warning' : tone === 'good' ? 'check' : 'info'];
  return (
    <div className={`banner tone-${tone}`} {...(live ? { role: tone === 'bad' ? 'alert' : 'status' } : {})}>
      <Icon className="icon" aria-hidden="true" />
      <div className="banner-text">
        <p className="banner-title">{title}</p>
        {children}
      </div>
      {actions && <div className="banner-actions">{actions}</div>}
    </div>
  );
}
