import { FleetPage } from '@/components/fleet/fleet-page'

export default FleetPage
