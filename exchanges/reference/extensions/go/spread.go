// Package extensions holds what was written by hand for the reference exchange.
package extensions

import (
	"context"
	"errors"

	reference "github.com/openxapi/reference-go"
)

// ErrOneSided says that nobody buys, or nobody sells.
var ErrOneSided = errors.New("the book has only one side")

// Spread tells how far the best prices of a market lie apart.
func Spread(ctx context.Context, client *reference.Client, symbol string) (reference.Decimal, error) {
	book, err := client.Market.GetDepth(ctx, reference.GetDepthParams{Symbol: symbol})
	if err != nil {
		return reference.Decimal{}, err
	}
	if len(book.Bids) == 0 || len(book.Asks) == 0 {
		return reference.Decimal{}, ErrOneSided
	}
	ask, err := reference.ParseDecimal(string(book.Asks[0].Item0))
	if err != nil {
		return reference.Decimal{}, err
	}
	bid, err := reference.ParseDecimal(string(book.Bids[0].Item0))
	if err != nil {
		return reference.Decimal{}, err
	}
	return ask.Sub(bid), nil
}
