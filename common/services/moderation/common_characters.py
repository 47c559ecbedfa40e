"""Characters that stand alone in innocent texts, too."""

from __future__ import annotations

from typing import Final

# Words of one character that any text has: pronouns, particles, prepositions, numerals, measures,
# the commonest verbs, nouns and adjectives.
WORDS: Final = frozenset(
    "的了着过地得们吗呢吧啊呀哦嘛哈么之所者等其此这那哪某每各另本该我你他她它您谁咱俺自己人家啥"
    "是有在不没无非未也都就才只又再还更最很太已曾将要能会可应须当让被把给对向从自由于与和同跟"
    "及或而但若如因为以至到比按据经随沿离除并且则即既虽便却仍乃均皆亦愈越挺蛮够颇尚须勿别莫否"
    "一二三四五六七八九十百千万亿零半两几多少第初个位名件条次回年月日时分秒点天号元块角岁"
    "只双对套部台辆张片枝朵颗粒把支座家间层幢栋届场局盘轮队排行列组群批堆份页篇首句段字"
    "上下左右前后里外内中间东西南北边旁大小高低长短新老旧好坏多早晚快慢真假"
    "去来走进出入起开关做作干打拿放看见听说讲问想知爱怕找用买卖吃喝住坐站等带送收交成"
    "使令叫请该像似约近超达占居任省市县区路街村镇国军党男女父母子儿"
    "涨跌赢输战胜败破负赞称曝遭获拟欲促望赴抵指直骂推强兴埋加减增降升撤换抢夺守攻射投传"
    "跑跳追赶逃躲藏推拉拖扛背抱扶搬抬举挂贴插拔挖填埋砍割剪缝洗擦扫烧煮炒煎烤泡晒晾"
    "笑哭喊唱跳演画写读念学教练考查管帮救护杀死伤病痛累困饿饱渴醉醒睡梦怪急忙闲"
    "红黄蓝绿白黑灰紫粉金银铜铁木水火土石沙泥山河湖海江川岛桥塔楼房门窗床桌椅灯车船票钱"
    "猪牛羊马狗猫鸡鸭鱼虾鸟虫龙虎蛇兔鼠花草树叶米面菜肉蛋果瓜豆酒茶糖盐油汤饭"
    "头脸眼耳鼻嘴口手脚腿腰心肝肺胃血皮毛骨肉刀枪箭弓球棋牌书报信纸笔墨包袋箱盒瓶杯碗盆锅"
    "风雨雪云雷电光热冷凉暖湿干轻重粗细厚薄深浅宽窄硬软香臭甜酸苦辣咸淡美丑胖瘦"
)

# The commonest family names: with a given name beside them, they are a person.
FAMILY_NAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁于蒋蔡余杜"
    "叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎"
    "贺顾毛郝龚邵万钱严覃武戴莫孔向汤菅温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申"
    "欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉骆蓝游辛靳管柴蒙"
)

# What a short number counts, when it stands before one of them: then it is a quantity.
MEASURES: Final = frozenset(
    "个名位人件条种只台部辆张套场次回届岁元角分万亿千百多余米平亩吨克斤折倍点%％‰℃度"
    "秒小天周款家项起例座层间楼路强寸英美欧港公吋页"
)
