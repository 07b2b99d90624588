import { Component, type ReactNode } from 'react';
import { Banner } from './badge.tsx';
import { Button } from './button.tsx';
import * as strings from './strings.ts';

interface FailureBoundaryProps {
  readonly children: ReactNode;
}

/** Keeps the rest of the page alive after a bug or a file that didn't load. */
export class FailureBoundary extends Component<FailureBoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Banner
        tone="bad"
        live
        title={strings.partPageFailedNothingWritten}
        actions={<Button onPress={() => location.reload()}>{strings.reloadPage}</Button>}
      />
    );
  }
}
