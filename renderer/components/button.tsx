import type { LucideIcon } from 'lucide-react';
import { LoaderCircle } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components';
import * as strings from './strings.ts';

export interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'isPending'> {
  readonly children?: ReactNode;
  readonly icon?: LucideIcon;
  readonly kind?: 'primary' | 'normal' | 'quiet' | 'danger';
  readonly small?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
  /** Keeps the focus but does nothing. */
  readonly isPending?: boolean;
}

export function Button({ children, icon: Icon, kind = 'normal', small = false, isPending = false, ...rest }: ButtonProps): ReactNode {
  const Mark = isPending ? LoaderCircle : Icon;
  // React Aria's `isPending` (1.22.1) announces an element that is gone, which leaves nameless images in the page.
  const { onPress, type, ...others } = rest;
  const key = (others as { 'data-shortcut'?: string })['data-shortcut'];
  const tip =
    key === undefined
      ? {}
      : { 'aria-keyshortcuts': key, ref: (button: HTMLButtonElement | null) => button?.setAttribute('title', strings.pressKey(key)) };
  const action = isPending
    ? { type: 'button' as const, 'aria-disabled': true }
    : { ...(type ? { type } : {}), ...(onPress ? { onPress } : {}) };
  return (
    <AriaButton {...others} {...action} {...tip} className={`button button-${kind}${small ? ' button-small' : ''}`}>
      {Mark && <Mark className={isPending ? 'icon spinning' : 'icon'} aria-hidden="true" />}
      {children}
    </AriaButton>
  );
}

export function IconButton({
  label,
  icon: Icon,
  ...rest
}: Omit<ButtonProps, 'children' | 'kind' | 'small' | 'isPending'> & { label: string; icon: LucideIcon }): ReactNode {
  return (
    <TooltipTrigger delay={400}>
      <AriaButton {...rest} aria-label={label} className="button button-quiet button-icon">
        <Icon className="icon" aria-hidden="true" />
      </AriaButton>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
