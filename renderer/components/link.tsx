import { Check, Copy, ExternalLink } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from './button.tsx';
import * as strings from './strings.ts';

export function ExternalAnchor({ href, children }: { readonly href: string; readonly children: ReactNode }): ReactNode {
  return (
    <a className="link" href={href} target="_blank" rel="noreferrer noopener">
      {children}
      <ExternalLink className="icon" aria-hidden="true" />
    </a>
  );
}

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');
  useEffect(() => {
    if (state === 'ready') return;
    const timer = setTimeout(() => setState('ready'), 2500);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('refused');
    }
  };
  return (
    <Button small icon={state === 'copied' ? Check : Copy} onPress={() => void copy()}>
      <span aria-live="polite">
        {state === 'ready' ? label : state === 'copied' ? strings.copied : strings.copyingIsntAllowedSelectText}
      </span>
    </Button>
  );
}
