/// What a process tells about itself in numbers: a backend of swift-metrics, the Prometheus text format, the HTTP
/// endpoint that serves it, and the router's own metrics as typed values.
///
/// Invariants: counting never waits for a scrape and takes no lock that other metrics share. The number of metrics and
/// of series is bounded, whatever names and labels come from outside. Exposition is a pure function of a snapshot,
/// and the same snapshot gives the same bytes.
enum Telemetry {}
