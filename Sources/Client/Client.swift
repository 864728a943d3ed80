enum Client {}
