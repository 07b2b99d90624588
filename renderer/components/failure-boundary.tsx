import { Component, type ReactNode } from 'react';
import { Banner } from './badge.tsx';
import { Button } from './button.tsx';

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
        title="This part of the page failed. Nothing was written; load the page again to go on."
        actions={<Button onPress={() => location.reload()}>Load the page again</Button>}
      />
    );
  }
}
