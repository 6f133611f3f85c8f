// One import a file, so that the build bundles the catalogue and nothing is read from disk.
import appointmentCancelNoted from './data/appointment_cancel_noted.json';
import appointmentConfirmed from './data/appointment_confirmed.json';
import appointmentInformation24h from './data/appointment_information_24h.json';
import appointmentLogistics24h from './data/appointment_logistics_24h.json';
import appointmentMoveNoted from './data/appointment_move_noted.json';
import appointmentReminder48h from './data/appointment_reminder_48h.json';
import appointmentReminder48hNamed from './data/appointment_reminder_48h_named.json';
import emergency from './data/emergency.json';
import experience2h from './data/experience_2h.json';
import handOver from './data/hand_over.json';
import help from './data/help.json';
import notUnderstood from './data/not_understood.json';
import nothingOpen from './data/nothing_open.json';
import numberReleased from './data/number_released.json';
import optInConfirmation from './data/opt_in_confirmation.json';
import optOutConfirmation from './data/opt_out_confirmation.json';
import preferenceMenu from './data/preference_menu.json';
import preferenceSaved from './data/preference_saved.json';
import preventionBooked from './data/prevention_booked.json';
import preventionDeclined from './data/prevention_declined.json';
import preventionInvitation from './data/prevention_invitation.json';
import preventionLocation from './data/prevention_location.json';
import reviewRequest from './data/review_request.json';
import safety from './data/safety.json';
import screeningInvitation from './data/screening_invitation.json';
import stopCheck from './data/stop_check.json';
import surveyApology from './data/survey_apology.json';
import surveyScore from './data/survey_score.json';
import surveyThanks from './data/survey_thanks.json';
import whichAppointment from './data/which_appointment.json';

/** The catalogue's files, in the order in which lists show them. */
export const TEMPLATE_FILES = {
  appointment_cancel_noted: appointmentCancelNoted,
  appointment_confirmed: appointmentConfirmed,
  appointment_information_24h: appointmentInformation24h,
  appointment_logistics_24h: appointmentLogistics24h,
  appointment_move_noted: appointmentMoveNoted,
  appointment_reminder_48h: appointmentReminder48h,
  appointment_reminder_48h_named: appointmentReminder48hNamed,
  emergency: emergency,
  experience_2h: experience2h,
  hand_over: handOver,
  help: help,
  not_understood: notUnderstood,
  nothing_open: nothingOpen,
  number_released: numberReleased,
  opt_in_confirmation: optInConfirmation,
  opt_out_confirmation: optOutConfirmation,
  preference_menu: preferenceMenu,
  preference_saved: preferenceSaved,
  prevention_booked: preventionBooked,
  prevention_declined: preventionDeclined,
  prevention_invitation: preventionInvitation,
  prevention_location: preventionLocation,
  review_request: reviewRequest,
  safety: safety,
  screening_invitation: screeningInvitation,
  stop_check: stopCheck,
  survey_apology: surveyApology,
  survey_score: surveyScore,
  survey_thanks: surveyThanks,
  which_appointment: whichAppointment,
} as const;
