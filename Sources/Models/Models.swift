enum Models {}
