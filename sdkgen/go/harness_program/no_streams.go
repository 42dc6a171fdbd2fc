package main

import sdk "example.com/sdk"

// streamSession is nothing where the SDK has no streams.
type streamSession struct{}

func (*streamSession) end(*sdk.Client) {}

func (*session) streaming() []handler { return nil }
