-- The first services of Open311: one for each topic of the lexicon, and one for what has none. They fill an empty
-- table only; what an operator has edited since stays as it is.
INSERT INTO dualgrid.service (code, name, topic, description, attributes)
SELECT code, name, topic, description, attributes::jsonb FROM (VALUES
    ('FIRE', '消防安全', '消防安全', '火情、燃气、消防设施、占用消防通道、飞线充电',
     '[{"code": "HAZARD", "datatype": "singlevaluelist", "required": false, "description": "现在有危险吗？",
        "values": [{"key": "yes", "name": "有危险"}, {"key": "no", "name": "没有危险"}]}]'),
    ('HOUSING', '房屋安全', '房屋安全', '外墙脱落、裂缝、漏水、电梯故障、高空坠物',
     '[{"code": "HAZARD", "datatype": "singlevaluelist", "required": false, "description": "现在有危险吗？",
        "values": [{"key": "yes", "name": "有危险"}, {"key": "no", "name": "没有危险"}]}]'),
    ('SANITATION', '环境卫生', '环境卫生', '垃圾、污水、异味、小广告、绿化', '[]'),
    ('DISPUTE', '矛盾纠纷', '矛盾纠纷', '邻里、家庭、物业、欠薪等纠纷的调解', '[]'),
    ('WELFARE', '社会保障', '社会保障', '低保、医保、养老、救助、优抚', '[]'),
    ('ERRANDS', '便民服务', '便民服务', '证明、代办、预约、上门服务', '[]'),
    ('FACILITIES', '公共设施', '公共设施', '路灯、井盖、路面、护栏、供水供电、健身器材',
     '[{"code": "HAZARD", "datatype": "singlevaluelist", "required": false, "description": "现在有危险吗？",
        "values": [{"key": "yes", "name": "有危险"}, {"key": "no", "name": "没有危险"}]}]'),
    ('PARKING', '交通停车', '交通停车', '乱停、堵车、挪车、占道',
     '[{"code": "OBSTRUCTS", "datatype": "singlevaluelist", "required": true, "description": "挡住了什么？",
        "values": [{"key": "car", "name": "别的车"}, {"key": "fire_lane", "name": "消防通道"},
                   {"key": "entrance", "name": "出入口"}, {"key": "nothing", "name": "没有挡住"}]}]'),
    ('NOISE', '噪音扰民', '噪音扰民', '装修、施工、广场舞、音响、犬吠',
     '[{"code": "WHEN", "datatype": "multivaluelist", "required": false, "description": "什么时段？",
        "values": [{"key": "day", "name": "白天"}, {"key": "evening", "name": "傍晚"},
                   {"key": "night", "name": "夜间"}]}]'),
    ('SECURITY', '社会治安', '社会治安', '盗窃、诈骗、可疑人员', '[]'),
    ('RUMOUR', '社情舆情', '社情舆情', '传言求证、网络舆情', '[]'),
    ('OTHER', '其他事项', NULL, '不知道属于哪一类的事项：由文字识别', '[]')
) AS first (code, name, topic, description, attributes)
WHERE NOT EXISTS (SELECT 1 FROM dualgrid.service)
  AND (topic IS NULL OR topic IN (SELECT name FROM dualgrid.topic));

-- Discovery tells clients when the list has changed.
CREATE OR REPLACE FUNCTION dualgrid.note_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    NEW.changed_at := now();
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER note_change BEFORE UPDATE ON dualgrid.service
FOR EACH ROW EXECUTE FUNCTION dualgrid.note_change();
