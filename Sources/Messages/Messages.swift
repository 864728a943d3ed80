enum Messages {}
