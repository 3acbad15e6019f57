import { Component, type ReactNode } from 'react'

/** Says that the page is broken instead of showing nothing. */
export class Boundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  state = { isBroken: false }

  static getDerivedStateFromError() {
    return { isBroken: true }
  }

  render() {
    if (!this.state.isBroken) return this.props.children
    return (
      <p role="alert" className="error">
        A part of this page failed, and the page cannot go on. <a href={location.pathname}>Load it again</a>
      </p>
    )
  }
}
