import { FileWarning } from 'lucide-react';
import type { ReactNode } from 'react';
import type { KubeconfigFile } from '../../../main/common/fleet/fleet.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { useApp } from '../../state/app.tsx';
import * as strings from './strings.ts';

export function FileProblems({ files }: { readonly files: readonly KubeconfigFile[] }): ReactNode {
  return files.flatMap((file) =>
    file.problem === undefined
      ? []
      : [
          <Banner key={file.path} tone="warn" title={file.problem}>
            <p className="code">{file.path}</p>
          </Banner>,
        ],
  );
}

export function FirstRun({ files }: { readonly files: readonly KubeconfigFile[] }): ReactNode {
  const { router } = useApp();
  return (
    <div className="empty">
      <FileWarning className="empty-icon" aria-hidden="true" />
      <h2>{files.length === 0 ? strings.noKubeconfigFound : strings.kubeconfigNoContexts}</h2>
      <p>{files.length === 0 ? strings.setKubeconfigCreateKubeConfig : strings.addContextOneTheseFiles}</p>
      {files.length > 0 && (
        <ul className="plain code">
          {files.map((file) => (
            <li key={file.path}>{file.path}</li>
          ))}
        </ul>
      )}
      <Button kind="primary" onPress={() => router.navigate({ view: 'settings' })}>
        {strings.addKubeconfigFile}
      </Button>
    </div>
  );
}
