import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { stopEdits } from '../../../main/common/integration/document.ts';
import type { Edit } from '../../../main/common/integration/reading/integration.ts';
import { referenceKey } from '../../../main/common/reference.ts';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import { Button } from '../../components/button.tsx';
import { useApp } from '../../state/app.tsx';
import type { EditorRoute } from '../../state/router.ts';
import { Editor } from './editor.tsx';
import { Opening } from './opening.tsx';
import * as strings from './strings.ts';

/** A recreated ConfigMap of the same name gets a new editor. */
export function EditorView({ route }: { readonly route: EditorRoute }): ReactNode {
  const { router } = useApp();
  const frame = (state: ReactNode) => (
    <div className="view">
      <Button kind="quiet" icon={ArrowLeft} onPress={() => router.navigate({ view: 'home' })}>
        {strings.fleet}
      </Button>
      {state}
    </div>
  );
  return (
    <Opening key={keyOf(route)} configMap={route.ref} carry={!begins(route)} frame={frame}>
      {(opened) => <Editor key={opened.view.uid} opened={opened} beginning={beginningOf(route, opened.view)} route={route} />}
    </Opening>
  );
}

const beginnings = new WeakMap<EditorRoute, number>();
let lastBeginning = 0;

function begins({ edits, stopped }: EditorRoute): boolean {
  return edits !== undefined || stopped !== undefined;
}

/** Initial edits need a new editor; the router has already asked about unsaved ones. */
function keyOf(route: EditorRoute): string {
  const key = referenceKey(route.ref);
  if (!begins(route)) return key;
  const beginning = beginnings.get(route) ?? ++lastBeginning;
  beginnings.set(route, beginning);
  return `${key} ${beginning}`;
}

function beginningOf({ edits = [], integration, stopped }: EditorRoute, view: ConfigMapView): readonly Edit[] {
  const target = view.integrations.find(({ index }) => index === integration);
  return target === undefined || stopped === undefined ? edits : [...edits, ...stopEdits(target, stopped)];
}
