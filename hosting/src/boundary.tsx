import { Component, type ReactNode } from 'react'

/** Says that the page is broken instead of showing nothing. */
export class Boundary extends Component<{ children: ReactNode }, { error?: Error }> {
  state: { error?: Error } = {}

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  render() {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <p role="alert" className="error">
        The page cannot go on: {error.message} <a href={location.pathname}>Load it again</a>
      </p>
    )
  }
}
