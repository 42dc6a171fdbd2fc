package sdk

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"strings"
)

// writeBody writes the Params' field Body, where the operation has one and the caller gave it.
func (o *operation) writeBody(w *wireRequest, params reflect.Value) error {
	if o.body.encoding == "" {
		return nil
	}
	v := params.FieldByName("Body")
	if isOptional(v.Type()) {
		value, state := cellOf(v)
		if *state == absent {
			return nil
		}
		if *state == present && o.body.encoding != "json" {
			v = value.Elem()
		}
	}
	w.begun = true
	w.form, w.json = o.body.encoding == "form", o.body.encoding == "json"
	mediaType := o.body.mediaType
	var err error
	switch o.body.encoding {
	case "json":
		w.body, err = (&writer{}).value(v)
	case "lines":
		w.body, err = linesOf(v, mediaType)
	case "form":
		w.body, err = formOf(v)
	case "multipart":
		var boundary string
		w.body, boundary, err = multipartOf(v)
		mediaType += "; boundary=" + boundary
	default:
		w.body, err = plainBody(v)
	}
	w.setHeader("Content-Type", mediaType)
	return err
}

func plainBody(v reflect.Value) ([]byte, error) {
	if content, ok := bytesOf(v); ok {
		return content, nil
	}
	text, err := (&writer{whole: true}).value(v)
	return []byte(plainText(text)), err
}

// bytesOf returns the content of a value that is raw bytes.
func bytesOf(v reflect.Value) ([]byte, bool) {
	if v.Type() != bytesType {
		return nil, false
	}
	return v.Bytes(), true
}

// formOf writes an object as application/x-www-form-urlencoded.
func formOf(v reflect.Value) ([]byte, error) {
	text, err := (&writer{whole: true}).value(v)
	if err != nil {
		return nil, err
	}
	whole, err := shapeOf(text)
	if err != nil {
		return nil, err
	}
	if !whole.isObject {
		return nil, &ConfigurationError{Problem: "must be an object to be a form"}
	}
	var pairs []string
	for _, member := range whole.object {
		value, err := shapeOf(member.value)
		if err != nil {
			return nil, within(err, member.key)
		}
		if value.null {
			continue
		}
		if value.isObject {
			pairs = append(pairs, pair(member.key, string(member.value)))
			continue
		}
		pairs = append(pairs, value.explodedPairs(member.key)...)
	}
	return []byte(strings.Join(pairs, "&")), nil
}

// part is one part of a multipart body.
type part struct {
	name      string
	mediaType string
	file      bool
	content   []byte
}

// multipartOf writes an object as multipart/form-data. The boundary comes from the content, so that the same call is the same bytes.
func multipartOf(v reflect.Value) (body []byte, boundary string, err error) {
	parts, err := partsOf(v)
	if err != nil {
		return nil, "", err
	}
	hash := sha256.New()
	for _, part := range parts {
		hash.Write(part.content)
	}
	boundary = hex.EncodeToString(hash.Sum(nil))[:32]
	for _, part := range parts {
		name := partName(part.name)
		body = append(body, "--"+boundary+"\r\nContent-Disposition: form-data; name=\""+name+"\""...)
		if part.file {
			body = append(body, "; filename=\""+name+"\""...)
		}
		if part.mediaType != "" {
			body = append(body, "\r\nContent-Type: "+part.mediaType...)
		}
		body = append(body, "\r\n\r\n"...)
		body = append(body, part.content...)
		body = append(body, "\r\n"...)
	}
	return append(body, "--"+boundary+"--\r\n"...), boundary, nil
}

// partName escapes a name as browsers do.
func partName(name string) string {
	return strings.NewReplacer("\"", "%22", "\r", "%0D", "\n", "%0A").Replace(name)
}

func partsOf(v reflect.Value) ([]part, error) {
	made, err := codecOf(v.Type())
	if err != nil {
		return nil, err
	}
	object, ok := made.(*objectCodec)
	if !ok {
		text, err := (&writer{whole: true}).value(v)
		if err != nil {
			return nil, err
		}
		return textParts(nil, text)
	}
	var parts []part
	for _, field := range object.fields {
		value := v.Field(field.index)
		if isOptional(value.Type()) {
			inner, state := cellOf(value)
			if *state != present {
				continue
			}
			value = inner.Elem()
		}
		if parts, err = fieldParts(parts, field.wire, value); err != nil {
			return nil, within(err, field.wire)
		}
	}
	further, err := (&writer{whole: true}).value(v.Field(object.kept))
	if err != nil {
		return nil, err
	}
	return textParts(parts, further)
}

func fieldParts(parts []part, name string, v reflect.Value) ([]part, error) {
	if content, ok := bytesOf(v); ok {
		return append(parts, part{name: name, mediaType: "application/octet-stream", file: true, content: content}), nil
	}
	if v.Kind() == reflect.Slice && v.Type().Elem() == bytesType {
		for index := range v.Len() {
			parts, _ = fieldParts(parts, name, v.Index(index))
		}
		return parts, nil
	}
	text, err := (&writer{whole: true}).value(v)
	if err != nil {
		return nil, err
	}
	return valueParts(parts, name, text)
}

func textParts(parts []part, object []byte) ([]part, error) {
	whole, err := shapeOf(object)
	if err != nil {
		return nil, err
	}
	if !whole.isObject {
		return nil, &ConfigurationError{Problem: "must be an object to be sent in parts"}
	}
	for _, member := range whole.object {
		if parts, err = valueParts(parts, member.key, member.value); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func valueParts(parts []part, name string, text []byte) ([]part, error) {
	value, err := shapeOf(text)
	if err != nil || value.null {
		return parts, err
	}
	asJSON := value.isObject
	for _, item := range value.list {
		asJSON = asJSON || item[0] == '{' || item[0] == '['
	}
	if asJSON {
		return append(parts, part{name: name, mediaType: "application/json", content: text}), nil
	}
	for _, single := range value.texts(func(text string) string { return text }, false) {
		parts = append(parts, part{name: name, content: []byte(single)})
	}
	return parts, nil
}
