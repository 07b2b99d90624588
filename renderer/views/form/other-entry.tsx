import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Field } from '../../../main/common/integration/reading/integration.ts';
import { Button } from '../../components/button.tsx';
import { useEditor } from '../draft/editor-context.tsx';
import { RawField } from './raw-field.tsx';
import * as strings from './strings.ts';

export function OtherEntryForm({ entry }: { readonly entry: Field }): ReactNode {
  const { edit } = useEditor();
  return (
    <div className="form">
      <p className="quiet">{strings.entryNeitherIntegrationNorValue}</p>
      <RawField field={{ ...entry, name: strings.content }} />
      <div>
        <Button small icon={Trash2} onPress={() => edit([{ op: 'remove', path: entry.path }], { structural: true })}>
          {strings.removeEntry}
        </Button>
      </div>
    </div>
  );
}
