enum Scheduling {}
