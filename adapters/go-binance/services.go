package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	binance "github.com/adshao/go-binance/v2"
)

// A service of the SDK's, and its method that sends, where that is not Do.
type service struct {
	new    func(*binance.Client) any
	method string
}

var services = map[string]service{
	"GetPingV3":                    {new: func(c *binance.Client) any { return c.NewPingService() }},
	"GetTimeV3":                    {new: func(c *binance.Client) any { return c.NewServerTimeService() }},
	"GetExchangeInfoV3":            {new: func(c *binance.Client) any { return c.NewExchangeInfoService() }},
	"GetDepthV3":                   {new: func(c *binance.Client) any { return c.NewDepthService() }},
	"GetTradesV3":                  {new: func(c *binance.Client) any { return c.NewRecentTradesService() }},
	"GetHistoricalTradesV3":        {new: func(c *binance.Client) any { return c.NewHistoricalTradesService() }},
	"GetAggTradesV3":               {new: func(c *binance.Client) any { return c.NewAggTradesService() }},
	"GetAvgPriceV3":                {new: func(c *binance.Client) any { return c.NewAveragePriceService() }},
	"GetTicker24hrV3":              {new: func(c *binance.Client) any { return c.NewListPriceChangeStatsService() }},
	"GetTickerPriceV3":             {new: func(c *binance.Client) any { return c.NewListPricesService() }},
	"GetTickerBookTickerV3":        {new: func(c *binance.Client) any { return c.NewListBookTickersService() }},
	"CreateOrderV3":                {new: func(c *binance.Client) any { return c.NewCreateOrderService() }},
	"CreateOrderTestV3":            {new: func(c *binance.Client) any { return c.NewCreateOrderService() }, method: "Test"},
	"GetOrderV3":                   {new: func(c *binance.Client) any { return c.NewGetOrderService() }},
	"DeleteOrderV3":                {new: func(c *binance.Client) any { return c.NewCancelOrderService() }},
	"CreateOrderCancelReplaceV3":   {new: func(c *binance.Client) any { return c.NewCancelReplaceOrderService() }},
	"GetOpenOrdersV3":              {new: func(c *binance.Client) any { return c.NewListOpenOrdersService() }},
	"GetAllOrdersV3":               {new: func(c *binance.Client) any { return c.NewListOrdersService() }},
	"GetAccountV3":                 {new: func(c *binance.Client) any { return c.NewGetAccountService() }},
	"GetAccountCommissionV3":       {new: func(c *binance.Client) any { return c.NewGetCommissionRatesService() }},
	"GetMyTradesV3":                {new: func(c *binance.Client) any { return c.NewListTradesService() }},
	"GetRateLimitOrderV3":          {new: func(c *binance.Client) any { return c.NewRateLimitService() }},
	"CreateCapitalWithdrawApplyV1": {new: func(c *binance.Client) any { return c.NewCreateWithdrawService() }},
	"GetCapitalWithdrawHistoryV1":  {new: func(c *binance.Client) any { return c.NewListWithdrawsService() }},
	"GetCapitalDepositHisrecV1":    {new: func(c *binance.Client) any { return c.NewListDepositsService() }},
	"GetCapitalDepositAddressV1":   {new: func(c *binance.Client) any { return c.NewGetDepositAddressService() }},
	"CreateUserDataStreamV3":       {new: func(c *binance.Client) any { return c.NewStartUserStreamService() }},
	"UpdateUserDataStreamV3":       {new: func(c *binance.Client) any { return c.NewKeepaliveUserStreamService() }},
	"DeleteUserDataStreamV3":       {new: func(c *binance.Client) any { return c.NewCloseUserStreamService() }},
}

// What comes as an object where one market is asked for, and which the SDK gives as a list of one.
var singles = map[reflect.Type]bool{
	reflect.TypeOf(&binance.PriceChangeStats{}): true,
	reflect.TypeOf(&binance.SymbolPrice{}):      true,
	reflect.TypeOf(&binance.BookTicker{}):       true,
}

// Setters that are not called like the argument.
var renamed = map[string]string{"icebergQty": "IcebergQuantity"}

// Calls the argument's setter with the value as its type wants it.
func set(made reflect.Value, argument string, value any) error {
	title := strings.ToUpper(argument[:1]) + argument[1:]
	for _, name := range []string{title, strings.ReplaceAll(title, "Id", "ID"), renamed[argument]} {
		setter := made.MethodByName(name)
		if !setter.IsValid() || setter.Type().NumIn() != 1 {
			continue
		}
		wanted, err := as(setter.Type().In(0), value)
		if err != nil {
			return refused{fmt.Sprintf("%s takes no %v: %v", name, value, err)}
		}
		if setter.Type().IsVariadic() {
			setter.CallSlice([]reflect.Value{wanted})
		} else {
			setter.Call([]reflect.Value{wanted})
		}
		return nil
	}
	return refused{"no setter for " + argument}
}

func as(wanted reflect.Type, value any) (reflect.Value, error) {
	if wanted.Kind() == reflect.Pointer {
		inner, err := as(wanted.Elem(), value)
		if err != nil {
			return inner, err
		}
		pointer := reflect.New(wanted.Elem())
		pointer.Elem().Set(inner)
		return pointer, nil
	}
	text, isText := value.(string)
	number, isNumber := value.(json.Number)
	switch {
	case wanted.Kind() == reflect.String && isText:
		return reflect.ValueOf(text).Convert(wanted), nil
	case wanted.Kind() == reflect.String && isNumber:
		return reflect.ValueOf(number.String()).Convert(wanted), nil
	}
	made := reflect.New(wanted)
	written, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(written, made.Interface())
	}
	return made.Elem(), err
}
