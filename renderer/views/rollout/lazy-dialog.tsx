import { type ComponentProps, lazy, type ReactNode, Suspense } from 'react';
import type { RolloutDialog as Dialog } from './rollout-dialog.tsx';

// Lazy: the first screen doesn't need it.
const Loaded = lazy(async () => ({ default: (await import('./rollout-dialog.tsx')).RolloutDialog }));

export function RolloutDialog(props: ComponentProps<typeof Dialog>): ReactNode {
  return (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  );
}
