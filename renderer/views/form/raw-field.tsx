import { Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Field } from '../../../main/common/integration/reading/integration.ts';
import { IconButton } from '../../components/button.tsx';
import { TextInput } from '../../components/field.tsx';
import { useEditor } from '../draft/editor-context.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import { rawValue, valueText } from '../values.ts';
import { secretAt } from './field-values.ts';
import { SecretField } from './secret-field.tsx';
import * as strings from './strings.ts';

/** An unknown field: kept, and editable as text or JSON. */
export function RawField({
  field,
  removable = false,
  problems = true,
}: {
  readonly field: Field;
  readonly removable?: boolean;
  readonly problems?: boolean;
}): ReactNode {
  const { shown, edit, problemsAt } = useEditor();
  const value = valueText(field.value);
  // Unfinished text may not be JSON yet: becomes an edit on blur.
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null && draft !== value) edit([{ op: 'set', path: field.path, value: rawValue(draft) }]);
    setDraft(null);
  };
  // If only a part is secret, such as a URL's password, its mask may stay.
  if (field.value === secretAt(shown.secrets, field.path)?.mask) return <SecretField label={field.name} path={field.path} isSet />;
  return (
    <div className="raw-field">
      <TextInput code label={field.name} value={draft ?? value} onChange={setDraft} onBlur={commit} />
      {removable && (
        <IconButton
          icon={Trash2}
          label={strings.removeTitle(field.name)}
          onPress={() => edit([{ op: 'remove', path: field.path }], { structural: true })}
        />
      )}
      {problems && <ProblemList problems={problemsAt(field.path)} place={false} />}
    </div>
  );
}
