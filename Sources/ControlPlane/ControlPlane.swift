enum ControlPlane {}
