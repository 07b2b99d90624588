import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import type { Tone } from './badge.tsx';
import { Button, IconButton } from './button.tsx';
import * as strings from './strings.ts';

export interface Notice {
  readonly tone: Tone;
  readonly title: string;
  readonly detail?: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const queue = new ToastQueue<Notice>({ maxVisibleToasts: 4 });

/** Successes disappear on their own; failures stay until dismissed. Returns a function that closes it. */
export function notify(notice: Notice): () => void {
  const key = queue.add(notice, notice.tone === 'bad' || notice.tone === 'warn' || notice.action ? {} : { timeout: 8000 });
  return () => queue.close(key);
}

export function Toasts(): ReactNode {
  return (
    <ToastRegion queue={queue} className="toasts" aria-label={strings.messages}>
      {({ toast }) => (
        <Toast toast={toast} className={`toast tone-${toast.content.tone}`}>
          <ToastContent className="toast-text">
            <Text slot="title">{toast.content.title}</Text>
            {toast.content.detail !== undefined && (
              <Text slot="description" className="toast-detail">
                {toast.content.detail}
              </Text>
            )}
          </ToastContent>
          {toast.content.action && (
            <Button
              small
              onPress={() => {
                queue.close(toast.key);
                toast.content.action?.run();
              }}
            >
              {toast.content.action.label}
            </Button>
          )}
          <IconButton icon={X} label={strings.dismissMessage} slot="close" />
        </Toast>
      )}
    </ToastRegion>
  );
}
