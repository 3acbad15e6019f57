import i18next from 'i18next'
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
        {i18next.t('app.broken')} <a href={location.pathname}>{i18next.t('app.reload')}</a>
      </p>
    )
  }
}
