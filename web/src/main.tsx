import { QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { queries } from './api/hooks'
import { App, beginEarly } from './app'
import './styles/base.css'
import './styles/layout.css'
import './styles/kit.css'
import './styles/map.css'
import './styles/pages.css'

beginEarly()
createRoot(document.getElementById('root')!).render(
  <QueryClientProvider client={queries}>
    <App />
  </QueryClientProvider>,
)
