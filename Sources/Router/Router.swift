enum Router {}
