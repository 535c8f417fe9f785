def test_look(pasted, evening):
    import json
    print(evening)
    print(json.dumps(pasted(evening),ensure_ascii=False,indent=1))
