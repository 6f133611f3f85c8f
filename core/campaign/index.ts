export { readAppointment, type AppointmentCells, type AppointmentReading } from './appointments';
export { audienceReason } from './audienceReason';
export { doneLookup } from './doneLookup';
export { languageFor } from './languageFor';
export { routeReply, ROUTES, type RoutableReply, type Route, type RoutedReply } from './routeReply';
