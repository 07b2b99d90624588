import { ChevronRight } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Integration } from '../../../main/common/integration/reading/integration.ts';
import { Button } from '../../components/button.tsx';
import * as strings from './strings.ts';

// Lazy: the reader of Java's expressions loads only when someone tries one.
const TryNames = lazy(async () => ({ default: (await import('./try-names.tsx')).TryNames }));

/** Under an expression: which names it lets through. */
export function TryIt({ integration, name }: { readonly integration: Integration; readonly name: string }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <div className="try-it">
      <Button kind="quiet" small icon={ChevronRight} aria-expanded={open} onPress={() => setOpen(!open)}>
        {strings.tryIt}
      </Button>
      {open && (
        <Suspense>
          <TryNames integration={integration} name={name} />
        </Suspense>
      )}
    </div>
  );
}
