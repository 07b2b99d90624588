import { Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Field } from '../../../main/common/integration/reading/integration.ts';
import { IconButton } from '../../components/button.tsx';
import { TextInput } from '../../components/field.tsx';
import { useEditor } from '../draft/editor-context.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import { rawValue, secretAt, valueText } from './field-values.ts';
import { SecretField } from './secret-field.tsx';

/** A field that this program knows nothing of: shown as it is, kept, and editable as text or JSON. */
export function RawField({
  field,
  removable = false,
  problems = true,
}: {
  readonly field: Field;
  readonly removable?: boolean;
  /** Whether its problems show here; otherwise what stands around it shows them. */
  readonly problems?: boolean;
}): ReactNode {
  const { shown, edit, problemsAt } = useEditor();
  const value = valueText(field.value);
  // What is typed may be no JSON yet: it becomes an edit when the field is left.
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null && draft !== value) edit([{ op: 'set', path: field.path, value: rawValue(draft) }]);
    setDraft(null);
  };
  // Only a part of it can be secret, as the password in a URL: the mask in its place may stay.
  if (field.value === secretAt(shown.secrets, field.path)?.mask) return <SecretField label={field.name} path={field.path} standing />;
  return (
    <div className="raw-field">
      <TextInput code label={field.name} value={draft ?? value} onChange={setDraft} onBlur={commit} />
      {removable && (
        <IconButton
          icon={Trash2}
          label={`Remove ${field.name}`}
          onPress={() => edit([{ op: 'remove', path: field.path }], { structural: true })}
        />
      )}
      {problems && <ProblemList problems={problemsAt(field.path)} place={false} />}
    </div>
  );
}
