import { t } from '../text'
import { Icon } from '../ui/icons'

export function ZoomButtons({ fit, zoom }: { fit: () => void; zoom: (factor: number) => void }) {
  return (
    <div className="map-zoom" role="group" aria-label={t.map.zoom} onPointerDown={(e) => e.stopPropagation()} onClick={(e) => e.stopPropagation()} onDoubleClick={(e) => e.stopPropagation()}>
      <button type="button" className="button icon" aria-label={t.map.zoomIn} title={t.map.zoomIn} onClick={() => zoom(1.3)}>
        <Icon name="plus" />
      </button>
      <button type="button" className="button icon" aria-label={t.map.zoomOut} title={t.map.zoomOut} onClick={() => zoom(0.77)}>
        <Icon name="minus" />
      </button>
      <button type="button" className="button icon" aria-label={t.map.fit} title={t.map.fit} onClick={fit}>
        <Icon name="fit" />
      </button>
    </div>
  )
}
