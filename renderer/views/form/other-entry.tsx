import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Field } from '../../../main/common/integration/reading/integration.ts';
import { Button } from '../../components/button.tsx';
import { useEditor } from '../draft/editor-context.tsx';
import { RawField } from './raw-field.tsx';

export function OtherEntryForm({ entry }: { readonly entry: Field }): ReactNode {
  const { edit } = useEditor();
  return (
    <div className="form">
      <p className="quiet">This entry is neither an integration nor a value, so kAudit isn’t known to use it. It stays as it is.</p>
      <RawField field={{ ...entry, name: 'Content' }} />
      <div>
        <Button small icon={Trash2} onPress={() => edit([{ op: 'remove', path: entry.path }], { structural: true })}>
          Remove this entry
        </Button>
      </div>
    </div>
  );
}
