package sdk

import (
	"reflect"
	"strings"
)

// setArgument gives an argument a value, by its place. What Optionals and pointers of the caller's point to stays as it is.
func setArgument(params any, place, text string) error {
	if field, steps, ok := argumentField(params, place); ok && setWithin(field, steps, text) {
		return nil
	}
	return &ConfigurationError{Path: "$." + place, Problem: "can't be set to what asks for the next page"}
}

func argumentField(params any, place string) (reflect.Value, []string, bool) {
	if params == nil {
		return reflect.Value{}, nil, false
	}
	carrier, name, _ := strings.Cut(place, ".")
	v := reflect.ValueOf(params).Elem()
	if carrier == "body" {
		return v.FieldByName("Body"), stepsOf(name), v.FieldByName("Body").IsValid()
	}
	for index := range v.NumField() {
		if wire, ok := v.Type().Field(index).Tag.Lookup(carrier); ok && wire == name {
			return v.Field(index), nil, true
		}
	}
	return reflect.Value{}, nil, false
}

func setWithin(v reflect.Value, steps []string, text string) bool {
	switch {
	case isOptional(v.Type()):
		pointer, state := cellOf(v)
		if !setBehind(pointer, steps, text) {
			return false
		}
		*state = present
		return true
	case v.Kind() == reflect.Pointer:
		return setBehind(v, steps, text)
	case len(steps) == 0:
		quoted := &writer{}
		if err := quoted.text(text); err != nil {
			return false
		}
		into := v.Addr().Interface()
		return Unmarshal(quoted.data, into) == nil || Unmarshal([]byte(text), into) == nil
	case v.Kind() == reflect.Struct:
		for index := range v.NumField() {
			if wire, ok := v.Type().Field(index).Tag.Lookup("wire"); ok && wire == steps[0] {
				return setWithin(v.Field(index), steps[1:], text)
			}
		}
	}
	return false
}

// setBehind sets what a pointer points to, in a copy.
func setBehind(pointer reflect.Value, steps []string, text string) bool {
	fresh := reflect.New(pointer.Type().Elem())
	if !pointer.IsNil() {
		fresh.Elem().Set(pointer.Elem())
	}
	if !setWithin(fresh.Elem(), steps, text) {
		return false
	}
	pointer.Set(fresh)
	return true
}
