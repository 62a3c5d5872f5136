import { t } from '../text'
import { Cli, Toasts } from '../ui/kit'

export default function Login() {
  return (
    <main className="login">
      <img src="/icon.svg" alt="" width="40" height="40" />
      <h1>{t.login.title}</h1>
      <p className="dim">{t.login.ended}</p>
      <p>{t.login.text}</p>
      <p>
        <Cli line={t.login.line} />
      </p>
      <p className="faint">{t.login.over}</p>
      <Toasts />
    </main>
  )
}
