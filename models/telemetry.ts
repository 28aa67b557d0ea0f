/**
 * Loaded before the runtime of the models, which would keep an identifier of the machine in the home folder and send events
 * about sessions to its maker: this program sends nothing out. The runtime looks once, at the environment of the process,
 * which worker threads only have a copy of; so the programs load this as well.
 */
process.env.ORT_DISABLE_TELEMETRY = "1";
