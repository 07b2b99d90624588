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
        title="This part of the page failed. Nothing was written. Reload the page to continue."
        actions={<Button onPress={() => location.reload()}>Reload the page</Button>}
      />
    );
  }
}
